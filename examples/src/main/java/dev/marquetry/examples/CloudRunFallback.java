/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.ResourceLimits;

/**
 * What {@code --fallback cloudrun} was asked for. Public, as what uses it may be of another class loader.
 *
 * @param limits of memory, disk and time on this machine
 */
public record CloudRunFallback(String project, String region, String job, String staging, ResourceLimits limits)
        implements CloudFallback {
    @Override
    public String strategy() {
        return "cloud-run";
    }

    @Override
    public CloudRunFallback within(ResourceLimits other) {
        return new CloudRunFallback(project, region, job, staging, other);
    }
}
