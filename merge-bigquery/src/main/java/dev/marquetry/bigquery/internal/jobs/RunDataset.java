/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery.internal.jobs;

import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.bigquery.BigQuery.DatasetDeleteOption;
import com.google.cloud.bigquery.Dataset;
import com.google.cloud.bigquery.DatasetId;
import com.google.cloud.bigquery.DatasetInfo;
import com.google.cloud.bigquery.EncryptionConfiguration;
import com.google.cloud.bigquery.TableId;
import dev.marquetry.MergeFailedException;
import dev.marquetry.bigquery.internal.call.RunId;
import dev.marquetry.gcs.call.CallException;
import dev.marquetry.gcs.call.Calls;
import dev.marquetry.gcs.call.Checkpoint;
import dev.marquetry.gcs.call.Failure;
import dev.marquetry.gcs.call.Request;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** The dataset of one run, which nobody else uses. Thread-safe. */
public final class RunDataset {
    private final BigQuery client;
    private final JobSettings settings;
    private final RunId run;
    private final Calls calls;

    /** Creates it, but nothing in BigQuery yet; {@code client} stays the caller's. */
    public RunDataset(BigQuery client, JobSettings settings, RunId run) {
        this.client = client;
        this.settings = settings;
        this.run = run;
        calls = new Calls(settings.retry());
    }

    /** Returns its id. */
    public DatasetId id() {
        return DatasetId.of(settings.project(), run.dataset());
    }

    /** Returns the id of one of its tables. */
    public TableId table(String name) {
        return TableId.of(settings.project(), run.dataset(), name);
    }

    /**
     * Creates it in BigQuery. After a lost reply it is found and taken for created.
     *
     * @param tableLifetime how long after its creation a table vanishes by itself; an hour at least
     * @throws dev.marquetry.MergeException if it failed
     * @throws InterruptedException if the thread was interrupted
     */
    public void create(Duration tableLifetime, Checkpoint checkpoint) throws InterruptedException {
        Map<String, String> labels = new HashMap<>(settings.labels());
        labels.put(RunId.LABEL, run.toString());
        DatasetInfo.Builder info = DatasetInfo.newBuilder(id())
                .setLocation(settings.location())
                .setLabels(labels)
                .setDescription("A merge's staging area; deleted when the merge ends")
                .setDefaultTableLifetime(tableLifetime.toMillis());
        settings.kmsKey()
                .ifPresent(key -> info.setDefaultEncryptionConfiguration(
                        EncryptionConfiguration.newBuilder().setKmsKeyName(key).build()));
        DatasetInfo wanted = info.build();
        try {
            calls.make(request("create dataset", "bigquery.datasets.create"), checkpoint, () -> client.create(wanted));
        } catch (CallException e) {
            if (!e.is(Failure.Kind.CONFLICT)) {
                throw e.toMergeException();
            }
            assertOurs(checkpoint);
        }
    }

    private void assertOurs(Checkpoint checkpoint) throws InterruptedException {
        Dataset found = calls.makeOrFail(
                request("create dataset", "bigquery.datasets.get"), checkpoint, () -> client.getDataset(id()));
        if (found == null || !run.toString().equals(found.getLabels().get(RunId.LABEL))) {
            throw new MergeFailedException("Cannot create dataset " + run.dataset() + " in project "
                    + settings.project() + ": there is one of that name that is not this run's");
        }
    }

    /**
     * Deletes it with all its tables; if it is gone already, that will do.
     *
     * @throws dev.marquetry.MergeException if it failed
     * @throws InterruptedException if the thread was interrupted
     */
    public void delete(Checkpoint checkpoint) throws InterruptedException {
        calls.makeOrFail(
                request("delete dataset", "bigquery.datasets.delete"),
                checkpoint,
                () -> client.delete(id(), DatasetDeleteOption.deleteContents()));
    }

    private Request request(String doing, String permission) {
        return new Request(doing + " " + run.dataset(), permission, "project " + settings.project());
    }
}
