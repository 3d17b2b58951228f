/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.cloudrun.worker;

import com.google.cloud.storage.Storage;
import com.google.cloud.storage.StorageOptions;
import dev.marquetry.MemorySize;
import dev.marquetry.MergeException;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.cloudrun.internal.Staging;
import dev.marquetry.cloudrun.internal.TaskFolder;
import dev.marquetry.gcs.GoogleCloudStorage;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.gcs.call.Pace;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.spi.wire.WorkOrder;
import dev.marquetry.spi.wire.WorkerRun;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The container's main: takes a {@link WorkOrder}, merges with {@link LocalArrowStrategy} straight from Cloud Storage and
 * back to it, and puts progress and result beside the order.
 *
 * <pre>
 * java -XX:MaxRAMPercentage=75 -cp … dev.marquetry.cloudrun.worker.CloudRunWorker gs://bucket/RUN/
 * java …                                       … CloudRunWorker gs://bucket/folder/order.json
 * java …                                       … CloudRunWorker '{"marquetry":1,…}' gs://bucket/folder/
 * </pre>
 *
 * <p>Of a run's folder, the order is {@code tasks/N/order.json} where N is {@code CLOUD_RUN_TASK_INDEX}. Limits that the
 * order does not state are the container's. SIGTERM cancels: the upload is given up and the failure told within ten seconds.
 * The exit code is 0 for done, 1 for failed, 2 for bad input, 3 for a breach, {@value #CLAIMED} if another execution has
 * this order; after a signal the JVM's own, 143.
 */
public final class CloudRunWorker {
    /** Another execution has taken this order: {@value}. */
    public static final int CLAIMED = 75;

    private static final Logger LOG = LoggerFactory.getLogger(CloudRunWorker.class);
    private static final Duration ANSWER_WITHIN = Duration.ofMinutes(1);

    private final Storage storage;
    private final Map<String, String> environment;
    private final Pace retry;

    /** Creates a worker that speaks to Cloud Storage by {@code storage}, in a container with {@code environment}. */
    public CloudRunWorker(Storage storage, Map<String, String> environment, Pace retry) {
        this.storage = Objects.requireNonNull(storage, "storage");
        this.environment = Map.copyOf(environment);
        this.retry = Objects.requireNonNull(retry, "retry");
    }

    /** Runs the worker, with the credentials of the container's service account, and exits with its code. */
    public static void main(String[] args) {
        int exitCode;
        try (Ending ending = Ending.ofThisThread()) {
            Storage client = StorageOptions.getDefaultInstance().getService();
            exitCode = new CloudRunWorker(client, System.getenv(), Pace.RETRY).run(List.of(args));
        }
        System.exit(exitCode);
    }

    /** Fulfils the order that {@code arguments} name and returns the exit code; an interrupt of this thread cancels it. */
    public int run(List<String> arguments) {
        if (arguments.isEmpty() || arguments.size() > 2) {
            LOG.error("Cannot work: give the address of an order, of a run's folder, or an order and a folder");
            return WorkerRun.BAD_INPUT;
        }
        String first = arguments.get(0);
        boolean given = first.startsWith("{");
        if (given && arguments.size() < 2 || !(given ? arguments.get(1) : first).startsWith("gs://")) {
            LOG.error("Cannot work: an address begins with gs:// but it was {}", arguments);
            return WorkerRun.BAD_INPUT;
        }
        try {
            return run(given ? Optional.of(first) : Optional.empty(), given ? arguments.get(1) : folder(first));
        } catch (MergeException e) { // of orders and events: a merge's own failures are told
            LOG.error("Cannot work", e);
            return WorkerRun.FAILED;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return WorkerRun.FAILED;
        }
    }

    private String folder(String address) {
        if (address.endsWith(".json")) {
            return address.substring(0, address.lastIndexOf('/') + 1);
        }
        String index = environment.getOrDefault("CLOUD_RUN_TASK_INDEX", "0");
        return (address.endsWith("/") ? address : address + "/") + TaskFolder.of(Integer.parseInt(index));
    }

    private int run(Optional<String> given, String folder) throws InterruptedException {
        Checkpoint checkpoint = Calls::throwIfInterrupted;
        Staging beside = new Staging(storage, folder, new Calls(retry, ANSWER_WITHIN), Optional.empty());
        Optional<String> order = given.isPresent() ? given : beside.text(TaskFolder.ORDER, checkpoint);
        if (order.isEmpty()) {
            LOG.error("Cannot work: there is no {}", beside.uri(TaskFolder.ORDER));
            return WorkerRun.BAD_INPUT;
        }
        String execution = environment.getOrDefault("CLOUD_RUN_EXECUTION", "none");
        if (!beside.claim(TaskFolder.CLAIM, execution, checkpoint)) {
            LOG.error("Another execution works on {}", beside.uri(TaskFolder.ORDER));
            return CLAIMED;
        }
        try (EventObjects events = new EventObjects(beside)) {
            return new WorkerRun(this::strategy, events::accept).run(order.get());
        }
    }

    private MergeStrategy strategy(WorkOrder order) {
        GoogleCloudStorage store =
                GoogleCloudStorage.with(storage).retry(retry.tries(), retry.first(), retry.longest());
        return LocalArrowStrategy.within(order.limits().orElseGet(CloudRunWorker::limitsOfThisContainer))
                .reportingEvery(order.reportEveryFiles())
                .named(order.strategy().orElse(LocalArrowStrategy.NAME))
                .with(store);
    }

    /** The JVM knows the container's memory and processors; of its heap, the engine takes no more than it can hold. */
    private static ResourceLimits limitsOfThisContainer() {
        return ResourceLimits.builder()
                .maxMemory(MemorySize.bytes(Runtime.getRuntime().maxMemory()))
                .build();
    }
}
