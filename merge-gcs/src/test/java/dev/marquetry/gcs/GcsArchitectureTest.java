/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.gcs;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.marquetry", importOptions = ImportOption.DoNotIncludeTests.class)
class GcsArchitectureTest {
    private static final String HERE = "dev.marquetry.gcs..";

    @ArchTest
    static final ArchRule nothingImportsAnotherModulesInternals = noClasses()
            .that()
            .resideInAPackage(HERE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.marquetry.local.internal..");

    @ArchTest
    static final ArchRule noOtherModuleKnowsGoogle = noClasses()
            .that()
            .resideOutsideOfPackage(HERE)
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("com.google.cloud..", "com.google.api..");

    @ArchTest
    static final ArchRule noTwoPackagesKnowEachOther =
            slices().matching("dev.marquetry.(gcs..)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule nothingReadsTheEnvironment = noClasses()
            .that()
            .resideInAPackage(HERE)
            .should()
            .callMethod(System.class, "getenv", String.class)
            .orShould()
            .callMethod(System.class, "getProperty", String.class);

    @ArchTest
    static final ArchRule hereThereAreClasses =
            classes().that().haveSimpleName("GoogleCloudStorage").should().bePublic();
}
