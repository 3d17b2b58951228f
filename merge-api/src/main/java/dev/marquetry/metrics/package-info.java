/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** Meters for applications that have Micrometer; without it on the class path, nothing here may be used. */
@NullMarked
package dev.marquetry.metrics;

import org.jspecify.annotations.NullMarked;
