/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.ResourceLimits;

/** What one word of {@code --fallback} was asked for. Public, as what uses it may be of another class loader. */
public sealed interface CloudFallback permits BigQueryFallback, CloudRunFallback {
    /** Returns the name of the strategy that it asks for. */
    String strategy();

    /** Returns the limits of memory, disk and time on this machine. */
    ResourceLimits limits();

    /** Returns the same with other limits on this machine. */
    CloudFallback within(ResourceLimits other);
}
