/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.loopback;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Pattern;

/** Something that goes wrong with calls of a kind, on the first of them unless told otherwise. Thread-safe. */
public final class RunFault {
    private final Pattern call;
    private final AtomicInteger occasions = new AtomicInteger();
    private final AtomicInteger hits = new AtomicInteger();
    private volatile int most = 1;
    private volatile int status;
    private volatile String message = "";
    private volatile boolean losesReply;
    private volatile Duration delay = Duration.ZERO;

    RunFault(String call) {
        this.call = Pattern.compile(call);
    }

    /** Answers with an error and does nothing. */
    public RunFault answer(int httpStatus, String text) {
        status = httpStatus;
        message = text;
        return this;
    }

    /** Does what is asked and closes the connection without an answer. */
    public RunFault loseReply() {
        losesReply = true;
        return this;
    }

    /** Waits before anything is done. */
    public RunFault hang(Duration time) {
        delay = time;
        return this;
    }

    /** Makes it happen on the first {@code count} calls. */
    public RunFault first(int count) {
        most = count;
        return this;
    }

    /** Makes it happen on every call. */
    public RunFault always() {
        return first(Integer.MAX_VALUE);
    }

    /** Returns how often it has happened. */
    public int hits() {
        return hits.get();
    }

    boolean strikes(String what) {
        boolean strikes = call.matcher(what).matches() && occasions.incrementAndGet() <= most;
        if (strikes) {
            hits.incrementAndGet();
        }
        return strikes;
    }

    int status() {
        return status;
    }

    String message() {
        return message;
    }

    boolean losesReply() {
        return losesReply;
    }

    Duration delay() {
        return delay;
    }
}
