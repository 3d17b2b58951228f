/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** The dataset of a run and the jobs that load and query it. Internal. */
@NullMarked
package dev.marquetry.bigquery.internal.jobs;

import org.jspecify.annotations.NullMarked;
