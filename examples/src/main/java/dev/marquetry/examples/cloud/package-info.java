/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** What the command line needs of Google's clients: loaded when a merge falls back on them, and not before. */
@NullMarked
package dev.marquetry.examples.cloud;

import org.jspecify.annotations.NullMarked;
