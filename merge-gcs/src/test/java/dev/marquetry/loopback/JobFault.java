/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.loopback;

import java.time.Duration;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** A job that is accepted and then fails, takes long or never ends. */
public final class JobFault extends Fault<JobFault> {
    private final BiPredicate<String, String> matching;
    private volatile @Nullable JobFailure failure;
    private volatile Duration time = Duration.ZERO;
    private volatile boolean endless;

    JobFault(BiPredicate<String, String> matching) {
        this.matching = matching;
    }

    /** Makes the job end with an error of that reason, such as {@code backendError}, without doing anything. */
    public JobFault fail(String reason, String message) {
        failure = new JobFailure(reason, message);
        return this;
    }

    /** Makes the job run until it is cancelled, or until its own time limit. */
    public JobFault neverEnd() {
        endless = true;
        return this;
    }

    /** Makes the job take at least that long. */
    public JobFault take(Duration least) {
        time = least;
        return this;
    }

    boolean strikes(String id, String sql) {
        return matching.test(id, sql) && strikes();
    }

    @Nullable
    JobFailure failure() {
        return failure;
    }

    Duration time() {
        return time;
    }

    boolean endless() {
        return endless;
    }
}
