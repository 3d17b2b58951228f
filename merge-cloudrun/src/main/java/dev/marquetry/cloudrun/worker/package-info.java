/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** What runs in the container: {@link dev.marquetry.cloudrun.worker.CloudRunWorker}. */
@NullMarked
package dev.marquetry.cloudrun.worker;

import org.jspecify.annotations.NullMarked;
