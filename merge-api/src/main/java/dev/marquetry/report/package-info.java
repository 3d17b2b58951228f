/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
/**
 * What a merge or a batch did, as a page for people and as JSON: {@link dev.marquetry.report.MergeRecorder} listens, {@link
 * dev.marquetry.report.RunReport} tells.
 */
@NullMarked
package dev.marquetry.report;

import org.jspecify.annotations.NullMarked;
