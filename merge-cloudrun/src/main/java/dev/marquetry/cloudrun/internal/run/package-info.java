/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** Jobs and executions of Cloud Run: what a job offers, starting it once, following it and ending it. Internal. */
@NullMarked
package dev.marquetry.cloudrun.internal.run;

import org.jspecify.annotations.NullMarked;
