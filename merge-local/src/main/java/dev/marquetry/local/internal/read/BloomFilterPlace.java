/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.read;

import dev.marquetry.local.internal.plan.InputFile;

/**
 * A Bloom filter in an input file, header included. It holds for any part of its chunk's values too: it never denies a
 * value that is there.
 *
 * @param file the input file
 * @param offset where it begins
 * @param length its bytes
 */
public record BloomFilterPlace(InputFile file, long offset, int length) {}
