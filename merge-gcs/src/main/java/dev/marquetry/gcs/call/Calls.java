/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs.call;

import com.google.api.gax.rpc.ApiException;
import com.google.cloud.BaseServiceException;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes calls to Google's services and repeats those whose failure passes, whatever the client retries by itself: that
 * depends on settings that are the caller's, and leaves out failures that do pass. Only calls that may be repeated belong
 * here. A call that hangs holds neither an interrupt nor the checkpoint up. Immutable and thread-safe.
 */
public final class Calls {
    /** One call. */
    @FunctionalInterface
    public interface Call<T extends @Nullable Object> {
        /** Makes the call. */
        T make() throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);

    private final Pace pace;
    private final @Nullable Duration answerWithin;

    /** Creates it with how long and how often to try; the answer to a call may take any time. */
    public Calls(Pace pace) {
        this.pace = pace;
        answerWithin = null;
    }

    /** Creates it with how long and how often to try, and how long to wait for the answer to one call. */
    public Calls(Pace pace, Duration answerWithin) {
        this.pace = pace;
        this.answerWithin = answerWithin;
    }

    /** Returns how long and how often it tries. */
    public Pace pace() {
        return pace;
    }

    /**
     * Makes {@code call} once, also one that may not be repeated.
     *
     * @throws CallException if it failed
     * @throws InterruptedException if the thread was interrupted
     */
    public <T extends @Nullable Object> T once(Request request, Checkpoint checkpoint, Call<T> call)
            throws CallException, InterruptedException {
        checkpoint.check();
        try {
            return Hop.over(call, answerWithin, checkpoint);
        } catch (BaseServiceException e) {
            throw new CallException(Failure.of(e), request, e);
        } catch (ApiException e) {
            throw new CallException(Failure.of(e), request, e);
        } catch (IOException e) {
            throw new CallException(Failure.of(e), request, e);
        }
    }

    /**
     * Makes {@code call} until it succeeds.
     *
     * @throws CallException if it failed for something that the caller may have an answer to, such as an absent object
     * @throws dev.marquetry.StrategyUnavailableException if a permission is missing, a quota is used up or the service
     *     can not be reached
     * @throws InterruptedException if the thread was interrupted
     */
    public <T extends @Nullable Object> T make(Request request, Checkpoint checkpoint, Call<T> call)
            throws CallException, InterruptedException {
        for (int failures = 0; ; ) {
            CallException failed;
            try {
                return once(request, checkpoint, call);
            } catch (CallException e) {
                failed = e;
            }
            if (!failed.failure().isPassing()) {
                throw failed.orMergeException();
            }
            if (++failures >= pace.tries()) {
                throw failed.toMergeException();
            }
            LOG.debug("Could not {} (try {} of {}): {}", request.doing(), failures, pace.tries(), failed.getMessage());
            pace.await(failures - 1, checkpoint);
        }
    }

    /**
     * Makes {@code call} as {@link #make} does, with no answer to any failure.
     *
     * @throws dev.marquetry.MergeException if it failed
     */
    public <T extends @Nullable Object> T makeOrFail(Request request, Checkpoint checkpoint, Call<T> call)
            throws InterruptedException {
        try {
            return make(request, checkpoint, call);
        } catch (CallException e) {
            throw e.toMergeException();
        }
    }

    /** Throws if the thread was interrupted, which transfers may answer with a failure of their own. */
    public static void throwIfInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw new InterruptedException("interrupted while calling a service");
        }
    }
}
