/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** Cloud Storage for the local engine: {@link dev.marquetry.gcs.GoogleCloudStorage}. */
@NullMarked
package dev.marquetry.gcs;

import org.jspecify.annotations.NullMarked;
