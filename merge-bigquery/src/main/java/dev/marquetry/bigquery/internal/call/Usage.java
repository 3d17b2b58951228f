/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.call;

import java.util.concurrent.atomic.LongAdder;

/** What a run has used and pays for, counted as it happens. Thread-safe. */
public final class Usage {
    private final LongAdder billedBytes = new LongAdder();
    private final LongAdder slotMillis = new LongAdder();
    private final LongAdder uploadedBytes = new LongAdder();
    private final LongAdder downloadedBytes = new LongAdder();
    private final LongAdder operationsA = new LongAdder();
    private final LongAdder operationsB = new LongAdder();

    /** Adds what a job used. */
    public void job(long billed, long slots) {
        billedBytes.add(billed);
        slotMillis.add(slots);
    }

    /** Adds bytes sent to Cloud Storage. */
    public void uploaded(long bytes) {
        uploadedBytes.add(bytes);
    }

    /** Adds bytes that came from Cloud Storage. */
    public void downloaded(long bytes) {
        downloadedBytes.add(bytes);
    }

    /** Adds operations that write or list (class A). */
    public void operationsA(long count) {
        operationsA.add(count);
    }

    /** Adds operations that read (class B). */
    public void operationsB(long count) {
        operationsB.add(count);
    }

    /** Returns the bytes that BigQuery billed. */
    public long billedBytes() {
        return billedBytes.sum();
    }

    /** Returns the milliseconds of slots that BigQuery took. */
    public long slotMillis() {
        return slotMillis.sum();
    }

    /** Returns the bytes sent to Cloud Storage, those sent again included. */
    public long uploadedBytes() {
        return uploadedBytes.sum();
    }

    /** Returns the bytes that came from Cloud Storage, those fetched again included. */
    public long downloadedBytes() {
        return downloadedBytes.sum();
    }

    /** Returns how many operations wrote or listed (class A). */
    public long operationsA() {
        return operationsA.sum();
    }

    /** Returns how many operations read (class B). */
    public long operationsB() {
        return operationsB.sum();
    }
}
