/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.move;

/**
 * Which ways of moving may be taken. All give the same table; anything but {@link #FASTEST} is for tests that show it.
 */
public enum MoveRule {
    /** The cheapest way that is right. */
    FASTEST,
    /** No whole chunks: page copy, splice and gather. */
    PAGES,
    /** No bytes unchanged: splice and gather. */
    SPLICE,
    /** Everything decoded and encoded again. */
    GATHER;

    /** Returns whether whole chunks may be copied. */
    public boolean copiesChunks() {
        return this == FASTEST;
    }

    boolean copiesPages() {
        return this == FASTEST || this == PAGES;
    }

    boolean splices() {
        return this != GATHER;
    }
}
