/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/** Where the bytes of inputs come from: files here, or objects in a store, read by ranges and ahead of their use. */
@NullMarked
package dev.marquetry.local.internal.source;

import org.jspecify.annotations.NullMarked;
