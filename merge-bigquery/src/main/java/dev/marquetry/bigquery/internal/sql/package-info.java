/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** Column groups and the statements that join them. Internal. */
@NullMarked
package dev.marquetry.bigquery.internal.sql;

import org.jspecify.annotations.NullMarked;
