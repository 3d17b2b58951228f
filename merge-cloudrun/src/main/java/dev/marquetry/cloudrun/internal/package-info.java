/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** One run in Cloud Run: stage, run, follow, fetch, delete; the forecast. Internal. */
@NullMarked
package dev.marquetry.cloudrun.internal;

import org.jspecify.annotations.NullMarked;
