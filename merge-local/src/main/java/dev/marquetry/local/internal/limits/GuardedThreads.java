/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.local.internal.limits;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The threads of one merge, each with where it is: to tell which one matters, to show what they do, and to wake those
 * that wait in a blocking call. Thread-safe.
 */
final class GuardedThreads {
    private static final class Entry {
        private final Place place;
        private boolean interrupted;

        private Entry(Place place) {
            this.place = place;
        }
    }

    /** A place in the merge, and the thread that is there if it is a registered one. */
    record Spot(Place place, @Nullable Thread thread) {}

    private final Map<Thread, Entry> entries = new LinkedHashMap<>();

    synchronized void add(Thread thread, Place place) {
        entries.put(thread, new Entry(place));
    }

    /** Forgets {@code thread}. An interrupt sent by {@link #interruptAll} is taken back if the thread itself asks. */
    synchronized void remove(Thread thread) {
        Entry entry = entries.remove(thread);
        if (entry != null && entry.interrupted && thread == Thread.currentThread()) {
            Thread.interrupted();
        }
    }

    /** Forgets all threads: none will be interrupted hereafter. */
    synchronized void clear() {
        entries.clear();
    }

    /** Interrupts, once each, the threads that are registered, but never {@code caller}. */
    synchronized void interruptAll(@Nullable Thread caller) {
        entries.forEach((thread, entry) -> {
            if (!entry.interrupted && thread != caller) {
                entry.interrupted = true;
                thread.interrupt();
            }
        });
    }

    /**
     * Returns the place that tells a reader most: of a thread that does something rather than waits for another one, and
     * that is at a file; {@code main} when the threads tell less.
     */
    synchronized Spot mostTelling(Place main) {
        Spot best = new Spot(main, null);
        int bestScore = main.where().isEmpty() ? -1 : 1;
        for (Map.Entry<Thread, Entry> each : entries.entrySet()) {
            Place place = each.getValue().place;
            boolean busy = each.getKey().getState() == Thread.State.RUNNABLE;
            int score = (busy ? 4 : 0) + (place.where().isEmpty() ? 0 : 2);
            if (score > bestScore) {
                best = new Spot(place, each.getKey());
                bestScore = score;
            }
        }
        return best;
    }

    /** Returns every thread with its state, place and stack, one below the other. */
    synchronized String dump() {
        StringBuilder text = new StringBuilder(1024);
        entries.forEach((thread, entry) -> {
            text.append("\n  thread '").append(thread.getName()).append("' ").append(thread.getState());
            text.append(", ").append(entry.place.phase().verb()).append(' ').append(entry.place.where());
            for (StackTraceElement frame : thread.getStackTrace()) {
                text.append("\n    at ").append(frame);
            }
        });
        return text.toString();
    }

    /** Returns the thread's name and the method it is in. */
    static String doing(Thread thread) {
        StackTraceElement[] stack = thread.getStackTrace();
        String in = stack.length == 0 ? "" : " in " + stack[0].getClassName() + "." + stack[0].getMethodName();
        return "thread '" + thread.getName() + "'" + in;
    }
}
