/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** The staging area in Cloud Storage. Internal. */
@NullMarked
package dev.marquetry.bigquery.internal.stage;

import org.jspecify.annotations.NullMarked;
