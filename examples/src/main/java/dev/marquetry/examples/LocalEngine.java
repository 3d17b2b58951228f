/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MergeStrategy;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.local.OutputValidator;

/** The engine of the command line: this machine. Apart, so that help and sample do not load it. */
final class LocalEngine {
    private LocalEngine() {}

    static MergeStrategy create(ResourceLimits limits, int progressEveryFiles) {
        return LocalArrowStrategy.within(limits)
                .reportingEvery(progressEveryFiles)
                .with(new CloudStore());
    }

    static OutputValidator validator(ResourceLimits limits, int progressEveryFiles) {
        return OutputValidator.within(limits).reportingEvery(progressEveryFiles);
    }
}
