/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.examples.readme;

import dev.marquetry.MergeRequest;
import dev.marquetry.MergeResult;
import dev.marquetry.MergeStrategy;
import dev.marquetry.report.MergeRecorder;
import java.io.IOException;
import java.nio.file.Path;

/** A merge and a report on it. */
public final class ReportExample {
    private ReportExample() {}

    /** Merges, and writes {@code report} however the merge ends. */
    public static MergeResult merge(MergeStrategy merger, MergeRequest request, Path report) throws IOException {
        // tag::report
        MergeRecorder recorder = new MergeRecorder();
        try {
            return recorder.around(merger).merge(request);
        } finally {
            recorder.report().writeHtml(report); // writeJson has the same content
        }
        // end::report
    }
}
