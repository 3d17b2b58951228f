/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples;

import dev.marquetry.MergeStrategy;
import dev.marquetry.OutputBackup;
import dev.marquetry.ResourceLimits;
import dev.marquetry.local.IsolatedLocalStrategy;
import dev.marquetry.local.LocalArrowStrategy;
import dev.marquetry.local.OutputValidator;
import dev.marquetry.local.storage.ObjectBackup;
import java.net.URI;

/** The engine of the command line: this machine. Apart, so that help and sample do not load it. */
final class LocalEngine {
    private LocalEngine() {}

    static MergeStrategy create(ResourceLimits limits, int progressEveryFiles) {
        return LocalArrowStrategy.within(limits)
                .reportingEvery(progressEveryFiles)
                .with(new CloudStore());
    }

    static MergeStrategy isolated(ResourceLimits limits, int progressEveryFiles) {
        return IsolatedLocalStrategy.builder(limits)
                .reportingEvery(progressEveryFiles)
                .build();
    }

    static OutputBackup backup(URI folder) {
        return ObjectBackup.to(new CloudStore(), folder).pricedAt(CloudEngine.storedGibMonth(folder));
    }

    static OutputValidator validator(ResourceLimits limits, int progressEveryFiles) {
        return OutputValidator.within(limits).reportingEvery(progressEveryFiles);
    }
}
