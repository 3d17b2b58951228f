/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The {@code marquetry} command line: start with {@link dev.marquetry.examples.Marquetry}. Uses the library through its
 * public API only, as any caller would.
 */
@NullMarked
package dev.marquetry.examples;

import org.jspecify.annotations.NullMarked;
