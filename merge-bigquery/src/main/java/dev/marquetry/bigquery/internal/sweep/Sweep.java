/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.sweep;

import com.google.api.gax.paging.Page;
import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQuery.DatasetDeleteOption;
import com.google.cloud.bigquery.BigQuery.DatasetListOption;
import com.google.cloud.bigquery.Dataset;
import com.google.cloud.bigquery.DatasetId;
import dev.marquetry.MergeException;
import dev.marquetry.bigquery.internal.call.RunId;
import dev.marquetry.bigquery.internal.stage.Bucket;
import dev.marquetry.bigquery.internal.stage.StoredObject;
import dev.marquetry.gcs.call.CallException;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.gcs.call.Pace;
import dev.marquetry.gcs.call.Request;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Deletes what runs left behind whose process died: their datasets and their folders in the staging area.
 *
 * <p>A run is dead if it began longer ago than an age and nothing of it is younger: not its dataset, whose tables may be in
 * use until BigQuery itself would delete them, and no object in its folder. Only what carries both the label and the name
 * of one run is ever touched. Thread-safe.
 */
public final class Sweep {
    private static final Duration DELETING = Duration.ofMinutes(10);

    private final BigQuery client;
    private final String project;
    private final Bucket bucket;
    private final InstantSource clock;
    private final Calls calls;

    /** Creates it; {@code client} stays the caller's. */
    public Sweep(BigQuery client, String project, Bucket bucket, Pace retry, InstantSource clock) {
        this.client = client;
        this.project = project;
        this.bucket = bucket;
        this.clock = clock;
        calls = new Calls(retry);
    }

    /**
     * Deletes what dead runs left.
     *
     * @param age how long ago a run began at least that can be dead
     * @throws MergeException if datasets or objects can not be listed
     * @throws InterruptedException if the thread was interrupted
     */
    public Swept run(Duration age, Checkpoint checkpoint) throws InterruptedException {
        Instant before = clock.instant().minus(age);
        List<String> deleted = new ArrayList<>();
        List<String> left = new ArrayList<>();
        Set<String> alive = new HashSet<>();
        for (Dataset listed : labelled(checkpoint)) {
            Optional<RunId> run = runOf(listed);
            if (run.isEmpty()) {
                continue;
            }
            DatasetId id = DatasetId.of(project, run.get().dataset());
            Dataset dataset = calls.makeOrFail(
                    request("look at", id, "bigquery.datasets.get"), checkpoint, () -> client.getDataset(id));
            if (dataset == null) {
                continue;
            }
            if (!isDead(run.get(), dataset, before)) {
                alive.add(run.get().toString());
                continue;
            }
            String name = "dataset " + id.getProject() + "." + id.getDataset();
            try {
                calls.make(
                        request("delete", id, "bigquery.datasets.delete"),
                        checkpoint,
                        () -> client.delete(id, DatasetDeleteOption.deleteContents()));
                deleted.add(name);
            } catch (CallException | MergeException e) {
                left.add(name + ": " + e.getMessage());
            }
        }
        sweepObjects(before, alive, deleted, left, checkpoint);
        return new Swept(deleted, left, alive.stream().sorted().toList());
    }

    private List<Dataset> labelled(Checkpoint checkpoint) throws InterruptedException {
        Request request = new Request("list datasets", "bigquery.datasets.get", "project " + project);
        List<Dataset> found = new ArrayList<>();
        Page<Dataset> page = calls.makeOrFail(
                request,
                checkpoint,
                () -> client.listDatasets(project, DatasetListOption.labelFilter("labels." + RunId.LABEL)));
        while (page != null) {
            Page<Dataset> current = page;
            current.getValues().forEach(found::add);
            page = current.hasNextPage() ? calls.makeOrFail(request, checkpoint, current::getNextPage) : null;
        }
        return found;
    }

    /** Returns the run that a dataset is of, or empty unless its label and its name say the same one. */
    private static Optional<RunId> runOf(Dataset dataset) {
        String label = dataset.getLabels() == null ? null : dataset.getLabels().get(RunId.LABEL);
        return Optional.ofNullable(label)
                .flatMap(RunId::parse)
                .filter(run -> run.dataset().equals(dataset.getDatasetId().getDataset()));
    }

    private boolean isDead(RunId run, Dataset dataset, Instant before) {
        Long created = dataset.getCreationTime();
        if (created == null
                || !run.began().isBefore(before)
                || !Instant.ofEpochMilli(created).isBefore(before)) {
            return false;
        }
        // Tables of a run that is alive have not expired yet: until the first could have, the run may be.
        Long lifetime = dataset.getDefaultTableLifetime();
        return lifetime == null
                || Instant.ofEpochMilli(created).plusMillis(lifetime).isBefore(clock.instant());
    }

    private void sweepObjects(
            Instant before, Set<String> alive, List<String> deleted, List<String> left, Checkpoint checkpoint)
            throws InterruptedException {
        for (String folder : bucket.folders(RunId.FOLDER, checkpoint)) {
            Optional<RunId> run = RunId.parse(folder);
            if (run.isEmpty() || alive.contains(folder)) {
                continue;
            }
            String prefix = run.get().folder();
            boolean dead = run.get().began().isBefore(before)
                    && bucket.list(prefix, checkpoint).stream()
                            .map(StoredObject::created)
                            .allMatch(created -> created.isBefore(before));
            if (!dead) {
                alive.add(folder);
                continue;
            }
            List<String> stuck = bucket.delete(prefix, DELETING);
            if (stuck.isEmpty()) {
                deleted.add(bucket.uri(prefix));
            }
            left.addAll(stuck);
        }
    }

    private static Request request(String doing, DatasetId id, String permission) {
        return new Request(doing + " dataset " + id.getDataset(), permission, "project " + id.getProject());
    }
}
