/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import com.google.cloud.bigquery.BigQuery;
import com.google.cloud.storage.Storage;
import dev.marquetry.MemorySize;
import dev.marquetry.MergePolicy;
import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.bigquery.BigQueryStrategy;
import dev.marquetry.local.LocalArrowStrategy;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A chain that ends in BigQuery. */
public final class BigQueryExample {
    private static final Logger log = LoggerFactory.getLogger(BigQueryExample.class);

    private BigQueryExample() {}

    /** Merges here within {@code limits}, or in BigQuery if those do not do. */
    public static MergeResult merge(
            MergeRequest request,
            ResourceLimits limits,
            String project,
            String staging,
            BigQuery bigQuery,
            Storage storage) {
        // tag::bigquery
        MergeStrategy inBigQuery = BigQueryStrategy.builder(project, staging) // "my-project", "gs://my-bucket/staging"
                .clients(bigQuery, storage) // yours, with your credentials: nothing is read from the environment
                .location("us-central1") // where the bucket is
                .maxBilledBytes(MemorySize.gib(50))
                .within(ResourceLimits.builder() // on this machine
                        .maxMemory(MemorySize.mib(512))
                        .maxElapsed(Duration.ofHours(1))
                        .build())
                .build();

        MergeStrategy merger = MergePolicy.startingWith(LocalArrowStrategy.within(limits))
                .fallbackTo(inBigQuery)
                .alsoWhenUnavailable()
                .onFallback(
                        fallback -> log.warn("{}; trying {}", fallback.from().detail(), fallback.to()))
                .build();

        MergeResult wide = merger.merge(request);
        wide.attempts().forEach(attempt -> log.info("{}", attempt)); // with time, cost and reason
        // end::bigquery
        return wide;
    }
}
