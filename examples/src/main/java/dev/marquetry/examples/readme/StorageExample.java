/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import com.google.cloud.storage.Storage;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.gcs.GoogleCloudStorage;
import dev.marquetry.local.LocalArrowStrategy;
import java.net.URI;
import java.util.List;

/** A merge from Cloud Storage to Cloud Storage. */
public final class StorageExample {
    private StorageExample() {}

    /** Merges objects into an object, on this machine. */
    public static MergeResult merge(
            URI targets, List<URI> features, URI output, ResourceLimits limits, Storage storage) {
        // tag::storage
        MergeStrategy local = LocalArrowStrategy.within(limits).with(GoogleCloudStorage.with(storage)); // your client

        MergeResult wide = local.merge(MergeRequest.onKey("interval_time")
                .spine(targets) // gs://bucket/pair/targets.parquet
                .featureUris(features)
                .writeTo(output)); // gs://bucket/wide.parquet
        // end::storage
        return wide;
    }
}
