/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** What every call to Google's services needs: retries, pauses, failures told apart, and what was used. Internal. */
@NullMarked
package dev.marquetry.bigquery.internal.call;

import org.jspecify.annotations.NullMarked;
