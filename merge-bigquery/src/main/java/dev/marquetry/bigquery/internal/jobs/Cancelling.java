/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.jobs;

import com.google.cloud.BaseServiceException;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.JobId;
import dev.marquetry.bigquery.internal.call.Crew;
import dev.marquetry.gcs.call.Failure;
import dev.marquetry.gcs.call.Pace;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells jobs to stop and sees them end, within a time. */
final class Cancelling {
    private static final Logger LOG = LoggerFactory.getLogger(Cancelling.class);
    private static final int THREADS = 8;

    private final BigQuery client;
    private final Pace pace;
    private final Queue<JobId> waiting;
    private final Queue<JobId> left;
    private final Crew crew;

    Cancelling(BigQuery client, Pace pace, List<JobId> jobs, Duration within) {
        this.client = client;
        this.pace = pace;
        waiting = new ConcurrentLinkedQueue<>(jobs);
        left = new ConcurrentLinkedQueue<>(jobs);
        crew = new Crew("cancel", within);
    }

    /** Returns the jobs that may still be running. */
    List<JobId> run() {
        crew.run(Math.min(THREADS, waiting.size()), this::cancelWaiting);
        return List.copyOf(left);
    }

    private void cancelWaiting() {
        for (JobId job = waiting.poll(); job != null; job = waiting.poll()) {
            boolean told = false;
            for (int tries = 0; crew.millisLeft() > 0; tries++) {
                try {
                    told = told || client.cancel(job) || client.getJob(job) == null;
                    if (told && Jobs.hasEnded(client.getJob(job))) {
                        left.remove(job);
                        break;
                    }
                } catch (BaseServiceException e) {
                    LOG.debug("Could not cancel {}: {}", job.getJob(), e.getMessage());
                    if (!Failure.of(e).isPassing()) {
                        break;
                    }
                }
                crew.pause(pace.pause(tries));
            }
        }
    }
}
