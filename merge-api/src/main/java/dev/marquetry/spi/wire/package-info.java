/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What a merge in another process is told and tells, as lines of JSON: orders go in, events come out. The same whether the
 * worker is a child of this process or runs in a container elsewhere.
 *
 * <p>Every line has the field {@code marquetry}, the version of the format. Fields that are not known are passed over; a
 * line of a later version, or one that lacks a field, is refused with {@link dev.marquetry.InvalidInputException}.
 */
@NullMarked
package dev.marquetry.spi.wire;

import org.jspecify.annotations.NullMarked;
