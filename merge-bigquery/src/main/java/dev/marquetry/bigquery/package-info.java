/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** Merges in BigQuery: {@code BigQueryStrategy}. All else is internal. */
@NullMarked
package dev.marquetry.bigquery;

import org.jspecify.annotations.NullMarked;
