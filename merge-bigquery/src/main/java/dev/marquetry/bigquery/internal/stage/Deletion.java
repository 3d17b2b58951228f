/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.stage;

import com.google.cloud.BaseServiceException;
import com.google.cloud.storage.Storage;
import dev.marquetry.bigquery.internal.call.Crew;
import dev.marquetry.gcs.call.Failure;
import dev.marquetry.gcs.call.Pace;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deletes objects one by one, several at a time, within a time. */
final class Deletion {
    private static final Logger LOG = LoggerFactory.getLogger(Deletion.class);
    private static final int THREADS = 16;

    private final Storage client;
    private final Pace pace;
    private final Queue<StoredObject> waiting;
    private final Queue<StoredObject> left;
    private final Crew crew;

    Deletion(Storage client, List<StoredObject> objects, Pace pace, Duration within) {
        this.client = client;
        this.pace = pace;
        waiting = new ConcurrentLinkedQueue<>(objects);
        left = new ConcurrentLinkedQueue<>(objects);
        crew = new Crew("delete", within);
    }

    /** Returns the objects that could not be deleted. */
    List<StoredObject> run() {
        crew.run(Math.min(THREADS, waiting.size()), this::deleteWaiting);
        return List.copyOf(left);
    }

    private void deleteWaiting() {
        for (StoredObject object = waiting.poll(); object != null && crew.millisLeft() > 0; object = waiting.poll()) {
            for (int tries = 1; !isGone(object) && tries < pace.tries() && crew.millisLeft() > 0; tries++) {
                crew.pause(pace.pause(tries - 1));
            }
        }
    }

    /** Deletes; returns true if there is nothing more to try. */
    private boolean isGone(StoredObject object) {
        try {
            client.delete(object.id());
            left.remove(object);
            return true;
        } catch (BaseServiceException e) {
            LOG.debug("Could not delete {}: {}", object.uri(), e.getMessage());
            return !Failure.of(e).isPassing();
        }
    }
}
