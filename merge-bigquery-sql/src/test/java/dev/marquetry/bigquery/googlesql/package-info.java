/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What merge-bigquery asks of BigQuery, judged by ZetaSQL, the engine that Google publishes of BigQuery's dialect: it takes
 * every statement, and what it answers is what the local engine answers. It knows nothing of BigQuery's quotas.
 */
@NullMarked
package dev.marquetry.bigquery.googlesql;

import org.jspecify.annotations.NullMarked;
