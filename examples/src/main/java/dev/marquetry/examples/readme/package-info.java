/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** What the README quotes: the tagged regions here and in the tests are compared with it byte for byte. */
@NullMarked
package dev.marquetry.examples.readme;

import org.jspecify.annotations.NullMarked;
