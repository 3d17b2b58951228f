/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What authors of strategies need that join rows somewhere else and leave the rest to the local engine, see {@link
 * dev.marquetry.local.RemoteMerge}: survey and alignment before, files in a form that any engine joins by one number, and
 * the column groups that come back laid side by side. Callers of a merge need nothing from here.
 */
@NullMarked
package dev.marquetry.local.remote;

import org.jspecify.annotations.NullMarked;
