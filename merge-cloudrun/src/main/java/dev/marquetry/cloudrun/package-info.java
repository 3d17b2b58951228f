/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** Merges in Cloud Run: begin at {@link dev.marquetry.cloudrun.CloudRunStrategy}. */
@NullMarked
package dev.marquetry.cloudrun;

import org.jspecify.annotations.NullMarked;
