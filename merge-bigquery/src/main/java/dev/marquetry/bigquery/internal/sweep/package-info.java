/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** What dead runs left behind. Internal. */
@NullMarked
package dev.marquetry.bigquery.internal.sweep;

import org.jspecify.annotations.NullMarked;
