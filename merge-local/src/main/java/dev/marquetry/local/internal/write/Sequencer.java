/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.write;

import dev.marquetry.MergeException;
import dev.marquetry.local.internal.limits.MergeControl;

/**
 * Hands out places in the output in the order of units, whatever the order in which workers finish: a unit's place is known
 * once the sizes of all before it are. Thread-safe.
 */
final class Sequencer {
    private static final long LOOK_AGAIN_MILLIS = 100;

    private final MergeControl control;
    private long position;
    private int turn;

    /** Begins with unit 0 at {@code position}. */
    Sequencer(long position, MergeControl control) {
        this.position = position;
        this.control = control;
    }

    /**
     * Waits until every unit before {@code unit} has passed and returns where it begins.
     *
     * @throws MergeException if the merge is asked to stop meanwhile
     */
    synchronized long await(int unit) throws InterruptedException {
        while (turn != unit) {
            MergeException why = control.stopReason();
            if (why != null) {
                throw why;
            }
            wait(LOOK_AGAIN_MILLIS);
        }
        return position;
    }

    /** Ends the turn of the unit whose turn it is: the next one begins at {@code next}. */
    synchronized void pass(long next) {
        position = next;
        turn++;
        notifyAll();
    }

    /** Returns where the next unit begins. */
    synchronized long position() {
        return position;
    }
}
