/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** Files in the form in which they travel to be joined elsewhere, and what comes back of them. Public: {@code remote}. */
@NullMarked
package dev.marquetry.local.internal.stage;

import org.jspecify.annotations.NullMarked;
