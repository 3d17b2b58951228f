/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** How rows are joined in BigQuery. Internal. */
@NullMarked
package dev.marquetry.bigquery.internal;

import org.jspecify.annotations.NullMarked;
