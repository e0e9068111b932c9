-- A clinic in Spanish: id_ before the noun, codes for small tables.

CREATE TABLE provincias (cod_provincia char(3) PRIMARY KEY, nombre varchar(60) NOT NULL);
CREATE TABLE ciudades (id_ciudad integer PRIMARY KEY, nombre varchar(60) NOT NULL, cod_provincia char(3) NOT NULL REFERENCES provincias (cod_provincia), habitantes integer NOT NULL);
CREATE TABLE especialidades (id_especialidad integer PRIMARY KEY, nombre varchar(60) NOT NULL, duracion_consulta integer NOT NULL);
CREATE TABLE medicos (
  id_medico integer PRIMARY KEY,
  apellidos varchar(80) NOT NULL,
  id_especialidad integer NOT NULL REFERENCES especialidades (id_especialidad),
  id_jefe integer REFERENCES medicos (id_medico),
  consultas_por_dia integer NOT NULL
);
CREATE TABLE pacientes (
  id_paciente integer PRIMARY KEY,
  apellidos varchar(80) NOT NULL,
  ciudad_nacimiento integer REFERENCES ciudades (id_ciudad),
  id_ciudad integer NOT NULL REFERENCES ciudades (id_ciudad),
  medico_cabecera integer REFERENCES medicos (id_medico),
  edad integer NOT NULL
);
CREATE TABLE habitaciones (num_habitacion integer PRIMARY KEY, planta integer NOT NULL, camas integer NOT NULL);
CREATE TABLE ingresos (
  id_ingreso integer PRIMARY KEY,
  id_paciente integer NOT NULL REFERENCES pacientes (id_paciente),
  num_habitacion integer NOT NULL REFERENCES habitaciones (num_habitacion),
  dias integer NOT NULL
);
CREATE TABLE medicamentos (cod_medicamento char(6) PRIMARY KEY, nombre varchar(80) NOT NULL, dosis_maxima integer NOT NULL);
CREATE TABLE citas (
  id_cita integer PRIMARY KEY,
  id_paciente integer NOT NULL REFERENCES pacientes (id_paciente),
  id_medico integer NOT NULL REFERENCES medicos (id_medico),
  fecha date NOT NULL,
  prioridad integer NOT NULL,
  estado integer NOT NULL
);
CREATE TABLE recetas (
  id_receta integer PRIMARY KEY,
  cita integer NOT NULL REFERENCES citas (id_cita),
  numero_renovaciones integer NOT NULL
);
CREATE TABLE lineas_receta (
  id_receta integer NOT NULL REFERENCES recetas (id_receta),
  linea integer NOT NULL,
  cod_medicamento char(6) NOT NULL REFERENCES medicamentos (cod_medicamento),
  cantidad integer NOT NULL,
  PRIMARY KEY (id_receta, linea)
);
