/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.internal.call;

import com.google.api.gax.rpc.ApiException;
import com.google.cloud.BaseServiceException;
import dev.marquetry.cloudrun.internal.call.CallException.Kind;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.gcs.call.Pace;
import dev.marquetry.gcs.call.Request;
import java.io.IOException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes calls to Cloud Run and Cloud Storage and repeats those whose failure passes, whatever the client retries by itself. A call
 * that hangs holds neither an interrupt nor the checkpoint up. Immutable and thread-safe.
 */
public final class CloudCalls {
    /** One call. */
    @FunctionalInterface
    public interface Call<T extends @Nullable Object> {
        /** Makes the call. */
        T make() throws IOException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(CloudCalls.class);

    private final Pace pace;
    private final Duration answerWithin;

    /** Creates it with how long and how often to try, and how long to wait for the answer to one call. */
    public CloudCalls(Pace pace, Duration answerWithin) {
        this.pace = pace;
        this.answerWithin = answerWithin;
    }

    /** Returns how long and how often it tries. */
    public Pace pace() {
        return pace;
    }

    /**
     * Makes {@code call} once.
     *
     * @throws CallException if it failed
     * @throws InterruptedException if the thread was interrupted
     */
    public <T extends @Nullable Object> T once(Request request, Checkpoint checkpoint, Call<T> call)
            throws CallException, InterruptedException {
        checkpoint.check();
        try {
            return Hop.over(call, answerWithin, checkpoint);
        } catch (ApiException e) {
            throw CallException.of(e, request);
        } catch (BaseServiceException e) {
            throw CallException.of(e, request);
        } catch (IOException e) {
            throw CallException.of(e, request);
        }
    }

    /**
     * Makes {@code call}, which may be repeated, until it succeeds or fails for good.
     *
     * @throws CallException if it failed for something that does not pass, or too often
     * @throws InterruptedException if the thread was interrupted
     */
    public <T extends @Nullable Object> T make(Request request, Checkpoint checkpoint, Call<T> call)
            throws CallException, InterruptedException {
        for (int failures = 0; ; ) {
            try {
                return once(request, checkpoint, call);
            } catch (CallException e) {
                if (!e.is(Kind.PASSING) || ++failures >= pace.tries()) {
                    throw e;
                }
                LOG.debug("Could not {} (try {} of {}): {}", request.doing(), failures, pace.tries(), e.getMessage());
                pace.await(failures - 1, checkpoint);
            }
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
}
