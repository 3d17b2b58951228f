/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** What every call to Google's services needs: retries, pauses and failures told apart. Internal. */
@NullMarked
package dev.marquetry.cloudrun.internal.call;

import org.jspecify.annotations.NullMarked;
