/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Compares whole merges, process by process, with {@code cat} and other tools, and checks what each of them wrote.
 *
 * <p>Start with {@link dev.marquetry.bench.Compare}. A tool is a {@link dev.marquetry.bench.Peer}; those without a command
 * line of their own have a main class here. Nothing in this package knows a class of the library.
 */
@NullMarked
package dev.marquetry.bench;

import org.jspecify.annotations.NullMarked;
