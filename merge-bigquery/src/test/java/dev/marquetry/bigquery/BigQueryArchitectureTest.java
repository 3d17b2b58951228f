/* Copyright the Marquetry authors. SPDX-License-Identifier: Apache-2.0 */
package dev.marquetry.bigquery;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "dev.marquetry", importOptions = ImportOption.DoNotIncludeTests.class)
class BigQueryArchitectureTest {
    private static final String HERE = "dev.marquetry.bigquery..";

    @ArchTest
    static final ArchRule nothingImportsAnotherModulesInternals = noClasses()
            .that()
            .resideInAPackage(HERE)
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.marquetry.local.internal..");

    /** The loopback is in a test-jar, which looks like main code once it is packaged. */
    @ArchTest
    static final ArchRule noOtherModuleKnowsGoogle = noClasses()
            .that()
            .resideOutsideOfPackages(HERE, "dev.marquetry.gcs..", "dev.marquetry.loopback..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("com.google.cloud..");

    @ArchTest
    static final ArchRule noTwoPackagesKnowEachOther =
            slices().matching("dev.marquetry.(bigquery..)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule publicMethodsShowNothingInternal = methods()
            .that()
            .arePublic()
            .and()
            .areDeclaredInClassesThat()
            .resideInAPackage("dev.marquetry.bigquery")
            .should()
            .notHaveRawReturnType(resideInAPackage("..internal.."));

    @ArchTest
    static final ArchRule jobsAreNeverWaitedForByTheClient = noClasses()
            .should()
            .callMethodWhere(target(name("waitFor")).and(target(owner(assignableTo("com.google.cloud.bigquery.Job")))))
            .because("it can hang for hours on a job that failed");

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
            classes().that().haveSimpleName("BigQueryStrategy").should().bePublic();
}
