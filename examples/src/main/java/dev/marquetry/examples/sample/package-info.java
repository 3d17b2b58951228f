/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * Writes a pair of the real shape, a spine and its feature files, and checks a merged file against it.
 *
 * <p>Start with {@link dev.marquetry.examples.sample.Sampler}. Every value is a pure function of seed, file, column and key
 * row, so {@link dev.marquetry.examples.sample.SampleCheck} can work it out again without reading what was sampled.
 */
@NullMarked
package dev.marquetry.examples.sample;

import org.jspecify.annotations.NullMarked;
