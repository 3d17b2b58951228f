/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A call that is refused, lost, cut short or slow. */
public final class CallFault extends Fault<CallFault> {
    private final Predicate<Request> matching;
    private final boolean ofEachKind;
    private final Map<ApiCall, Integer> occasionsOfKind = new EnumMap<>(ApiCall.class);
    private volatile @Nullable Refusal refusal;
    private volatile Duration delay = Duration.ZERO;
    private volatile boolean losesCall;
    private volatile boolean losesReply;
    private volatile long cutAfter = Long.MAX_VALUE;

    CallFault(Predicate<Request> matching, boolean ofEachKind) {
        this.matching = matching;
        this.ofEachKind = ofEachKind;
    }

    /** Answers with a status and what Google's services usually say with it; nothing is carried out. */
    public CallFault answer(int status) {
        refusal = Refusal.ofStatus(status);
        return this;
    }

    /** Answers with an error of that reason, such as {@code quotaExceeded}; nothing is carried out. */
    public CallFault refuse(int status, String reason, String message) {
        refusal = new Refusal(status, reason, message);
        return this;
    }

    /** Closes the connection instead of carrying out the call. */
    public CallFault loseCall() {
        losesCall = true;
        return this;
    }

    /** Carries out the call, then closes the connection instead of answering. */
    public CallFault loseReply() {
        losesReply = true;
        return this;
    }

    /** Closes the connection after that many bytes of the answer's body, though all are promised. */
    public CallFault cutAfter(long bytes) {
        cutAfter = bytes;
        return this;
    }

    /** Waits before the call is carried out. */
    public CallFault delay(Duration time) {
        delay = time;
        return this;
    }

    boolean strikes(Request request) {
        if (!matching.test(request)) {
            return false;
        }
        if (!ofEachKind || request.call().isEmpty()) {
            return strikes();
        }
        int occasion;
        synchronized (occasionsOfKind) {
            occasion = occasionsOfKind.merge(request.call().get(), 1, Integer::sum);
        }
        return strikes(occasion);
    }

    @Nullable
    Refusal refusal() {
        return refusal;
    }

    Duration delay() {
        return delay;
    }

    boolean losesCall() {
        return losesCall;
    }

    boolean losesReply() {
        return losesReply;
    }

    long cutAfter() {
        return cutAfter;
    }
}
