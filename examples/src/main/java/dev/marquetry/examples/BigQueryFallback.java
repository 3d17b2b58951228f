/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MemorySize;
import dev.marquetry.ResourceLimits;
import java.time.Duration;
import java.util.Optional;

/**
 * What {@code --fallback bigquery} was asked for. Public, as what uses it may be of another class loader.
 *
 * @param limits of memory, disk and time on this machine
 */
public record BigQueryFallback(
        String project,
        String staging,
        Optional<String> location,
        Optional<MemorySize> maxBilled,
        Optional<Duration> datasetExpiry,
        ResourceLimits limits)
        implements CloudFallback {
    @Override
    public String strategy() {
        return "bigquery";
    }

    @Override
    public BigQueryFallback within(ResourceLimits other) {
        return new BigQueryFallback(project, staging, location, maxBilled, datasetExpiry, other);
    }
}
