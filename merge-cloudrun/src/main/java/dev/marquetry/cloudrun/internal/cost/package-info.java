/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** What a merge costs, in dollars and by item. Internal. */
@NullMarked
package dev.marquetry.cloudrun.internal.cost;

import org.jspecify.annotations.NullMarked;
