/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * The door for authors of object stores: {@link dev.marquetry.local.storage.ObjectStore} is what the engine asks of one to
 * read inputs from it and to write its output to it. For callers, {@link dev.marquetry.local.storage.ObjectBackup} copies
 * outputs into one.
 */
@NullMarked
package dev.marquetry.local.storage;

import org.jspecify.annotations.NullMarked;
