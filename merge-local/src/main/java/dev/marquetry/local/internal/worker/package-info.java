/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * A merge in a process of its own, both ends: how the child is started, held down, talked to and ended, and what is put in
 * order behind it; and how the child hears and tells.
 */
@NullMarked
package dev.marquetry.local.internal.worker;

import org.jspecify.annotations.NullMarked;
