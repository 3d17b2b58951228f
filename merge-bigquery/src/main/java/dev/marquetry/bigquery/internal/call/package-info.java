/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** What the calls of one run share: its name, what it used, and the threads that clean up. Internal. */
@NullMarked
package dev.marquetry.bigquery.internal.call;

import org.jspecify.annotations.NullMarked;
