/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;

/**
 * Something that goes wrong on some of the occasions it matches: on the first, unless told otherwise. Thread-safe.
 *
 * @param <F> the kind of fault
 */
public abstract sealed class Fault<F extends Fault<F>> permits CallFault, JobFault, ExportFault {
    private final AtomicInteger occasions = new AtomicInteger();
    private final AtomicInteger hits = new AtomicInteger();
    private volatile IntPredicate chosen = occasion -> occasion == 1;

    /** Makes it happen on every occasion. */
    public F always() {
        return on(occasion -> true);
    }

    /** Makes it happen on the first {@code count} occasions. */
    public F first(int count) {
        return on(occasion -> occasion <= count);
    }

    /** Makes it happen on the occasion of that number, from 1, only. */
    public F onlyOn(int number) {
        return on(occasion -> occasion == number);
    }

    /** Makes it happen on the occasions after the first {@code count}. */
    public F after(int count) {
        return on(occasion -> occasion > count);
    }

    @SuppressWarnings("unchecked")
    private F on(IntPredicate wanted) {
        chosen = wanted;
        return (F) this;
    }

    /** Returns how often it has happened. */
    public int hits() {
        return hits.get();
    }

    /** Counts an occasion and returns whether the fault happens on it. */
    boolean strikes() {
        return strikes(occasions.incrementAndGet());
    }

    boolean strikes(int occasion) {
        boolean strikes = chosen.test(occasion);
        if (strikes) {
            hits.incrementAndGet();
        }
        return strikes;
    }
}
